package io.nvmredis.tools;

import io.nvmredis.spi.Figures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps figures, in the order in which they come, and shows them as JSON or as indented lines. One thread. */
public final class FigureTree implements Figures {
    private final Map<String, Object> members = new LinkedHashMap<>();

    @Override
    public void number(String name, long value) {
        members.put(name, value);
    }

    @Override
    public void text(String name, String value) {
        members.put(name, value);
    }

    @Override
    public FigureTree group(String name) {
        FigureTree group = new FigureTree();
        members.put(name, group);
        return group;
    }

    /** Adds bytes, which need not be text. */
    void bytes(String name, byte[] value) {
        members.put(name, value);
    }

    @Override
    public FigureTree item(String name) {
        FigureTree item = new FigureTree();
        listOf(name).add(item);
        return item;
    }

    @SuppressWarnings("unchecked") // This class alone fills the map.
    private List<FigureTree> listOf(String name) {
        return (List<FigureTree>) members.computeIfAbsent(name, key -> new ArrayList<FigureTree>());
    }

    /** Writes all as one JSON object in a line. */
    public void writeJson(ToolOutput out) {
        JsonText json = new JsonText(out::write);
        write(json);
        json.endLine();
    }

    void write(JsonText json) {
        json.beginObject();
        members.forEach((name, value) -> {
            json.name(name);
            write(json, value);
        });
        json.endObject();
    }

    private static void write(JsonText json, Object value) {
        if (value instanceof FigureTree group) {
            group.write(json);
        } else if (value instanceof List<?> list) {
            json.beginArray();
            list.forEach(item -> ((FigureTree) item).write(json));
            json.endArray();
        } else if (value instanceof Long number) {
            json.value(number.longValue());
        } else if (value instanceof byte[] bytes) {
            json.value(bytes);
        } else {
            json.value((String) value);
        }
    }

    /** Returns all as lines: groups are headings, and what they have is indented. */
    public String text() {
        StringBuilder text = new StringBuilder();
        append(text, "");
        return text.toString();
    }

    private void append(StringBuilder text, String indent) {
        members.forEach((name, value) -> {
            String shown = name.replace('_', ' ');
            if (value instanceof FigureTree group) {
                text.append(indent).append(shown).append('\n');
                group.append(text, indent + "  ");
            } else if (value instanceof List<?> list) {
                text.append(indent).append(shown).append('\n');
                list.forEach(item -> text.append(indent)
                        .append("  ")
                        .append(((FigureTree) item).line())
                        .append('\n'));
            } else {
                String padding = " ".repeat(Math.max(1, 34 - indent.length() - shown.length()));
                text.append(indent)
                        .append(shown)
                        .append(padding)
                        .append(word(value))
                        .append('\n');
            }
        });
    }

    private String line() {
        StringBuilder line = new StringBuilder();
        members.forEach((name, value) -> line.append(line.length() == 0 ? "" : ", ")
                .append(name.replace('_', ' '))
                .append(' ')
                .append(value instanceof FigureTree group ? "(" + group.line() + ")" : word(value)));
        return line.toString();
    }

    private static String word(Object value) {
        return value instanceof byte[] bytes ? "'" + KeyText.of(bytes) + "'" : String.valueOf(value);
    }
}
