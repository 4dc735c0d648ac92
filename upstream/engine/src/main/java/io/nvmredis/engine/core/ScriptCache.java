package io.nvmredis.engine.core;

import io.nvmredis.engine.script.CompiledScript;
import io.nvmredis.engine.script.ScriptException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compiled scripts by their hash. Loaded scripts stay until SCRIPT FLUSH, and are bounded by the bytes that they take.
 * Scripts that came with EVAL are bounded likewise; the one that was used least recently makes way for others.
 */
public final class ScriptCache {
    private final long maxBytes;
    private final Map<String, CompiledScript> loaded = new HashMap<>();
    private final Map<String, CompiledScript> evaluated = new LinkedHashMap<>(16, 0.75f, true);
    private long loadedBytes;
    private long evaluatedBytes;

    /** Creates a cache with {@code maxBytes} for loaded scripts, and as much again for scripts that came with EVAL. */
    ScriptCache(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    public @Nullable CompiledScript find(String hash) {
        String lower = hash.toLowerCase(Locale.ROOT);
        CompiledScript found = loaded.get(lower);
        return found == null ? evaluated.get(lower) : found;
    }

    /**
     * Keeps a script until all scripts are flushed.
     *
     * @throws ScriptException if there is no room
     */
    void load(CompiledScript script) throws ScriptException {
        if (loaded.containsKey(script.hash())) {
            return;
        }
        if (loadedBytes + script.memoryBytes() > maxBytes) {
            throw new ScriptException("OOM too many scripts are loaded, SCRIPT FLUSH makes room");
        }
        if (evaluated.remove(script.hash()) != null) {
            evaluatedBytes -= script.memoryBytes();
        }
        loaded.put(script.hash(), script);
        loadedBytes += script.memoryBytes();
    }

    /** Keeps a script until others need its room. */
    void keep(CompiledScript script) {
        if (script.memoryBytes() > maxBytes) {
            return;
        }
        evaluated.put(script.hash(), script);
        evaluatedBytes += script.memoryBytes();
        Iterator<CompiledScript> oldest = evaluated.values().iterator();
        while (evaluatedBytes > maxBytes) {
            evaluatedBytes -= oldest.next().memoryBytes();
            oldest.remove();
        }
    }

    public void flush() {
        loaded.clear();
        evaluated.clear();
        loadedBytes = 0;
        evaluatedBytes = 0;
    }

    public int count() {
        return loaded.size() + evaluated.size();
    }

    public long memoryBytes() {
        return loadedBytes + evaluatedBytes;
    }
}
