package org.natsoperator.operator;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;

/**
 * Escapes the characters that JSON permits and YAML does not, or reads as the end of a line. The
 * API server reads the body of a server-side apply as YAML, and user-defined text may contain them.
 */
final class YamlEscapes extends CharacterEscapes {

  private static final int DELETE = 0x7f;
  private static final long serialVersionUID = 1L;

  @Override
  public int[] getEscapeCodesForAscii() {
    int[] codes = standardAsciiEscapesForJSON();
    codes[DELETE] = ESCAPE_STANDARD;
    return codes;
  }

  @Override
  public SerializableString getEscapeSequence(int character) {
    boolean special =
        character >= DELETE && character < 0xa0
            || character == 0x2028
            || character == 0x2029
            || character == 0xfeff
            || character == 0xfffe
            || character == 0xffff;
    return special ? new SerializedString("\\u%04x".formatted(character)) : null;
  }
}
