package org.natsoperator.nkey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Arrays;
import java.util.Base64;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares with keys and messages of the Go library {@code nats-io/nkeys} v0.4.17. */
class XKeyTest {

  private static final String SEED = "SXAACAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAN4QM";
  private static final String PUBLIC = "XCSOBEUSWZI4E6FZO4WFNH27VG5RHWIGWRVLNDE57HOCWRAJ7CRATSUK";
  private static final String OTHER_SEED =
      "SXAAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAT5QQ";
  private static final String OTHER_PUBLIC =
      "XDHI2OWRZS3DH3D3ODAXQFFFY5XM2AUWQUCQ2NCHIW5ALBYOLB6VSWAL";
  private static final byte[] NONCE = bytes(XKey.NONCE_BYTES, 3);
  private static final byte[] HELLO =
      Base64.getDecoder()
          .decode("eGt2MQMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA/dnukjUjofdg4ILppVIaVOLThNjRA==");

  private final XKey key = XKey.ofSeed(SEED).orElseThrow();
  private final XKey other = XKey.ofSeed(OTHER_SEED).orElseThrow();

  @Test
  void hasPublicKeyOfGoLibrary() {
    assertThat(key.publicKey()).isEqualTo(PUBLIC);
    assertThat(other.publicKey()).isEqualTo(OTHER_PUBLIC);
    assertThat(NkeyCodec.seed(NkeyType.CURVE, bytes(NkeyCodec.KEY_BYTES, 1))).isEqualTo(SEED);
  }

  @Test
  void sealsLikeGoLibrary() {
    assertThat(key.seal("hello".getBytes(UTF_8), OTHER_PUBLIC, NONCE)).hasValue(HELLO);
  }

  @Test
  void opensMessageOfGoLibrary() {
    assertThat(other.open(HELLO, PUBLIC)).hasValue("hello".getBytes(UTF_8));
  }

  @ParameterizedTest(name = "{0} bytes")
  @ValueSource(ints = {1, 15, 16, 31, 32, 33, 63, 64, 65, 4_096, 100_000})
  void opensWhatTheOtherSealed(int length) {
    byte[] message = bytes(length, 7);

    byte[] sealed = key.seal(message, OTHER_PUBLIC, NONCE).orElseThrow();

    assertThat(other.open(sealed, PUBLIC)).hasValue(message);
  }

  @Test
  void rejectsEveryChangedByte() {
    assertThat(IntStream.range(0, HELLO.length))
        .allSatisfy(
            at -> {
              byte[] changed = HELLO.clone();
              changed[at] ^= 1;
              assertThat(other.open(changed, PUBLIC)).isEmpty();
            });
  }

  @Test
  void rejectsEveryShorterMessage() {
    assertThat(IntStream.range(0, HELLO.length))
        .allSatisfy(
            length -> assertThat(other.open(Arrays.copyOf(HELLO, length), PUBLIC)).isEmpty());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("invalidSenders")
  void rejectsInvalidSender(String description, String sender) {
    assertThat(other.open(HELLO, sender)).as(description).isEmpty();
    assertThat(other.seal(HELLO, sender, NONCE).isPresent())
        .as(description)
        .isEqualTo(OTHER_PUBLIC.equals(sender));
  }

  static Stream<Arguments> invalidSenders() {
    return Stream.of(
        arguments("no key", null),
        arguments("an empty key", ""),
        arguments("another key", OTHER_PUBLIC),
        arguments("a key with another checksum", PUBLIC.substring(0, 55) + "L"),
        arguments("a key in lower case", PUBLIC.toLowerCase()),
        arguments("a longer key", PUBLIC + "A"),
        arguments("a seed", SEED),
        arguments("a user's key", "UAJMJNEHHLLATFGOGIK6YW4TJWK5JXJUDMM7NOYSZLPAXVJADFXKVYBB"),
        arguments(
            "a point of low order",
            NkeyCodec.publicKey(NkeyType.CURVE, bytes(NkeyCodec.KEY_BYTES, 0))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "SXAACAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAN4UM",
        "SAAAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAP4I",
        PUBLIC,
        "SXAA CAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAN4Q"
      })
  void rejectsInvalidSeed(String seed) {
    assertThat(XKey.ofSeed(seed)).isEmpty();
  }

  @Test
  void hidesItsSeed() {
    assertThat(key).hasToString("XKey[" + PUBLIC + "]");
  }

  private static byte[] bytes(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
