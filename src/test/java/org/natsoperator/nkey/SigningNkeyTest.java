package org.natsoperator.nkey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nats.client.NKey;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Compares with a key of the Go library {@code nats-io/nkeys} v0.4.17, and with jnats. */
class SigningNkeyTest {

  private static final String SEED = "SAAAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAP4I";
  private static final String PUBLIC = "ADFJHLAXAUMHA4OWPOB4P7YO72AQR2HMIUYFOXLXE2DZGM633K7HZVXK";
  private static final byte[] SIGNATURE =
      Base64.getDecoder()
          .decode(
              "15HrJV5TI6fkknqV6QqC/2XUTXjImCNKHjgsnmMOQESCstHtnCz1Gn4LB7+IGwACfa9wl3Co+n7FVBZVPBacBw==");
  private static final byte[] HELLO = "hello".getBytes(UTF_8);

  private final SigningNkey key = SigningNkey.ofSeed(NkeyType.ACCOUNT, SEED).orElseThrow();

  @Test
  void signsLikeGoLibrary() {
    assertThat(key.publicKey()).isEqualTo(PUBLIC);
    assertThat(key.sign(HELLO)).isEqualTo(SIGNATURE);
  }

  @Test
  void readsSeedOfJnats() throws Exception {
    NKey server = NKey.createServer(null);

    SigningNkey same =
        SigningNkey.ofSeed(NkeyType.SERVER, new String(server.getSeed())).orElseThrow();

    assertThat(same.publicKey()).isEqualTo(new String(server.getPublicKey()));
    assertThat(SigningNkey.verifies(NkeyType.SERVER, same.publicKey(), HELLO, server.sign(HELLO)))
        .isTrue();
  }

  @Test
  void verifiesOnlyTheSignatureOfTheKey() {
    assertThat(SigningNkey.verifies(NkeyType.ACCOUNT, PUBLIC, HELLO, SIGNATURE)).isTrue();

    assertThat(SigningNkey.verifies(NkeyType.SERVER, PUBLIC, HELLO, SIGNATURE)).isFalse();
    assertThat(SigningNkey.verifies(NkeyType.ACCOUNT, PUBLIC, new byte[0], SIGNATURE)).isFalse();
    assertThat(SigningNkey.verifies(NkeyType.ACCOUNT, PUBLIC, HELLO, new byte[64])).isFalse();
    assertThat(SigningNkey.verifies(NkeyType.ACCOUNT, PUBLIC, HELLO, new byte[0])).isFalse();
    assertThat(SigningNkey.verifies(NkeyType.ACCOUNT, PUBLIC, HELLO, Arrays.copyOf(SIGNATURE, 65)))
        .isFalse();
  }

  @Test
  void verifiesNothingWithInvalidKey() {
    byte[] notOnTheCurve = new byte[NkeyCodec.KEY_BYTES];
    Arrays.fill(notOnTheCurve, (byte) 2);
    String invalid = NkeyCodec.publicKey(NkeyType.ACCOUNT, notOnTheCurve);

    assertThat(SigningNkey.verifies(NkeyType.ACCOUNT, invalid, HELLO, SIGNATURE)).isFalse();
    assertThat(SigningNkey.verifies(NkeyType.ACCOUNT, "", HELLO, SIGNATURE)).isFalse();
    assertThat(SigningNkey.verifies(NkeyType.ACCOUNT, null, HELLO, SIGNATURE)).isFalse();
  }

  @Test
  void rejectsSeedOfAnotherType() {
    assertThat(SigningNkey.ofSeed(NkeyType.USER, SEED)).isEmpty();
  }
}
