package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretSearchTest {

  private static final String PASSWORD = "a-password-of-this-test";
  private static final String TOKEN = "public-header.public-claims.secret-signature";
  private static final String KEY =
      "-----BEGIN PRIVATE KEY-----\nfirst-line-of-key\nlast-line-of-key\n-----END PRIVATE KEY-----";

  private final SecretSearch search = new SecretSearch();

  @ParameterizedTest
  @ValueSource(strings = {PASSWORD, TOKEN, KEY})
  void findsPlainSecretAndNamesOnlyItsNameAndPlace(String secret) {
    search.add("the secret", secret, secret);

    assertThat(search.leaks(Map.of("the log", "x" + secret + "y", "an Event", "nothing")))
        .containsExactly("the secret in the log");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "22", "333", "4444"})
  void findsSecretInBase64OfLongerText(String before) {
    search.add("the secret", TOKEN, TOKEN);
    String text = before + TOKEN + " and more";

    assertThat(search.leaks(Map.of("the log", base64(text)))).hasSize(1);
  }

  @Test
  void findsSignatureAndFirstLineOfKeyWithoutTheRest() {
    search.add("the token", TOKEN, TOKEN);
    search.add("the key", KEY, KEY);

    assertThat(search.leaks(Map.of("a", "secret-signature", "b", "first-line-of-key"))).hasSize(2);
  }

  @Test
  void ignoresPublicParts() {
    search.add("the token", TOKEN, TOKEN);
    search.add("the key", KEY, KEY);

    assertThat(
            search.leaks(
                Map.of("a", "public-header.public-claims.", "b", "-----BEGIN PRIVATE KEY-----")))
        .isEmpty();
  }

  @Test
  void rejectsSecretThatItDoesNotRecognize() {
    assertThatThrownBy(() -> search.add("the secret", PASSWORD, "another text"))
        .hasMessage("the secret is not recognized in its holder");
    assertThatThrownBy(() -> search.add("the short one", "short", "short"))
        .hasMessage("the short one is too short");
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
