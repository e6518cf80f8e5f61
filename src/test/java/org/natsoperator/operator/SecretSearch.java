package org.natsoperator.operator;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds secrets in texts, as plain text and in Base64. Results contain names, never a secret
 * itself.
 */
final class SecretSearch {

  /** A shorter text could occur by chance. */
  private static final int SHORTEST = 12;

  private final Map<String, List<String>> formsByName = new LinkedHashMap<>();

  /**
   * Adds a secret.
   *
   * @param holder a text with the secret, which shows that the search recognizes it
   */
  void add(String name, String secret, String holder) {
    List<String> forms = forms(secret);
    if (forms.stream().anyMatch(form -> form.length() < SHORTEST)) {
      throw new IllegalArgumentException(name + " is too short");
    }
    if (formsByName.putIfAbsent(name, forms) != null) {
      throw new IllegalArgumentException(name + " exists already");
    }
    if (!isIn(holder, forms)) {
      throw new IllegalArgumentException(name + " is not recognized in its holder");
    }
  }

  /** Returns the names of all secrets. */
  List<String> names() {
    return List.copyOf(formsByName.keySet());
  }

  /** Returns which secrets are in which place; the texts are by the name of the place. */
  List<String> leaks(Map<String, String> places) {
    return places.entrySet().stream()
        .flatMap(
            place ->
                formsByName.entrySet().stream()
                    .filter(secret -> isIn(place.getValue(), secret.getValue()))
                    .map(secret -> secret.getKey() + " in " + place.getKey()))
        .toList();
  }

  private static boolean isIn(String text, List<String> forms) {
    return forms.stream().anyMatch(text::contains);
  }

  private static List<String> forms(String secret) {
    return Stream.concat(Stream.of(secretPart(secret)), base64Forms(secret)).toList();
  }

  /**
   * The signature of a token, since its claims are public. The first line of a key in PEM, since
   * later lines may be its public key.
   */
  private static String secretPart(String secret) {
    if (secret.startsWith("-----BEGIN ")) {
      return secret.lines().skip(1).findFirst().orElseThrow();
    }
    return secret.substring(secret.lastIndexOf('.') + 1);
  }

  /** The Base64 of a longer text with the secret depends on the position of the secret modulo 3. */
  private static Stream<String> base64Forms(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    return IntStream.range(0, 3)
        .mapToObj(
            position -> {
              byte[] text = new byte[position + bytes.length];
              System.arraycopy(bytes, 0, text, position, bytes.length);
              // Only groups of 3 bytes are independent of their neighbors.
              int from = position == 0 ? 0 : 3;
              byte[] whole = Arrays.copyOfRange(text, from, text.length - text.length % 3);
              return Base64.getEncoder().encodeToString(whole);
            });
  }
}
