package io.nvmredis;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The strongly connected components of classes that use one another (Tarjan): each class of such a component is reached from
 * each other. A nested class counts as its top-level class.
 */
final class ClassCycles {
    private final Map<String, Set<String>> uses = new TreeMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, Integer> lowest = new HashMap<>();
    private final Deque<String> open = new ArrayDeque<>();
    private final List<Set<String>> components = new ArrayList<>();

    private ClassCycles(Collection<JavaClass> classes) {
        Set<String> names = classes.stream().map(ClassCycles::topLevel).collect(Collectors.toSet());
        for (JavaClass each : classes) {
            Set<String> used = uses.computeIfAbsent(topLevel(each), name -> new TreeSet<>());
            each.getDirectDependenciesFromSelf().forEach(dependency -> used.add(topLevel(dependency.getTargetClass())));
        }
        uses.values().forEach(used -> used.retainAll(names));
    }

    /** All components of more than so many classes. */
    static List<Set<String>> largerThan(int size, Collection<JavaClass> classes) {
        ClassCycles cycles = new ClassCycles(classes);
        for (String name : cycles.uses.keySet()) {
            if (!cycles.numbers.containsKey(name)) {
                cycles.visit(name);
            }
        }
        return cycles.components.stream()
                .filter(component -> component.size() > size)
                .toList();
    }

    private static String topLevel(JavaClass nested) {
        String name = nested.getBaseComponentType().getName();
        int dollar = name.indexOf('$');
        return dollar < 0 ? name : name.substring(0, dollar);
    }

    private void visit(String name) {
        int number = numbers.size();
        numbers.put(name, number);
        lowest.put(name, number);
        open.push(name);
        for (String used : uses.get(name)) {
            if (!numbers.containsKey(used)) {
                visit(used);
                lowest.merge(name, lowest.get(used), Math::min);
            } else if (open.contains(used)) {
                lowest.merge(name, numbers.get(used), Math::min);
            }
        }
        if (lowest.get(name) == number) {
            Set<String> component = new TreeSet<>();
            String member;
            do {
                member = open.pop();
                component.add(member);
            } while (!member.equals(name));
            components.add(component);
        }
    }
}
