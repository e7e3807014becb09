package io.tiergate.cloud.console;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RoutesTest {
    private static final java.nio.file.Path CLASSES = java.nio.file.Path.of("target", "classes");

    /** They tell nothing of anybody. */
    private static final Set<String> FOR_ALL = Set.of("Assets.file");

    private static final Set<String> ROLES = Set.of(Role.VIEWER, Role.REVIEWER, Role.OPERATOR);

    @Test
    void everyOneNamesOneRoleThatMayAskForIt() throws Exception {
        List<Method> routes = routes();
        assertThat(routes).hasSizeGreaterThan(4);
        for (Method route : routes) {
            String name = route.getDeclaringClass().getSimpleName() + "." + route.getName();
            RolesAllowed roles = route.getAnnotation(RolesAllowed.class);
            if (FOR_ALL.contains(name)) {
                assertThat(roles).as(name).isNull();
            } else {
                assertThat(roles).as(name).isNotNull();
                assertThat(roles.value()).as(name).hasSize(1).isSubsetOf(ROLES);
            }
        }
    }

    private static List<Method> routes() throws IOException {
        try (Stream<java.nio.file.Path> files = Files.walk(CLASSES.resolve("io/tiergate/cloud"))) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .map(RoutesTest::loaded)
                    .filter(type -> type.isAnnotationPresent(Path.class))
                    .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                    .filter(RoutesTest::isRoute)
                    .toList();
        }
    }

    private static boolean isRoute(Method method) {
        return Arrays.stream(method.getAnnotations())
                .anyMatch(annotation -> annotation.annotationType().isAnnotationPresent(HttpMethod.class));
    }

    private static Class<?> loaded(java.nio.file.Path file) {
        String name = CLASSES.relativize(file).toString();
        try {
            return Class.forName(
                    name.substring(0, name.length() - ".class".length()).replace(java.io.File.separatorChar, '.'),
                    false,
                    RoutesTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
