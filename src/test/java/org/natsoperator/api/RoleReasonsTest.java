package org.natsoperator.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.natsoperator.docs.Handbook;
import org.natsoperator.role.RoleConditions;

class RoleReasonsTest {

  @Test
  void listsAllReasons() {
    List<Object> constants =
        Arrays.stream(RoleReasons.class.getDeclaredFields())
            .filter(field -> Modifier.isPublic(field.getModifiers()))
            .filter(field -> field.getType() == String.class)
            .map(RoleReasonsTest::value)
            .toList();

    assertThat(RoleReasons.ALL)
        .containsExactlyInAnyOrderElementsOf(constants.stream().map(String.class::cast).toList());
  }

  @Test
  void docsExplainEachReasonAndNoOther() {
    assertThat(Handbook.reasons("Ready of a NatsServiceRole"))
        .containsExactlyElementsOf(RoleReasons.ALL);
    assertThat(Handbook.reasons("Other conditions of a NatsServiceRole"))
        .containsExactly(
            RoleConditions.TOKEN_ISSUED,
            RoleConditions.POD_TOKENS,
            RoleConditions.CONFIRMED,
            RoleConditions.NOT_CONFIRMED);
  }

  private static Object value(Field field) {
    try {
      return field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
