package io.nvmredis.spi.testkit;

import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.DataSetFollower;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.PersisterSetting;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.SnapshotVisitor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Holds the threads that show snapshots to a persister: between {@link #hold} and {@link #goOn} they wait before each
 * piece.
 */
public final class HeldSnapshots {
    /** Set while snapshots are held. Guarded by the monitor. */
    private boolean isHeld;

    /** Number of threads that wait. Guarded by the monitor. */
    private int waiting;

    /** Returns a persister with snapshots that can be held. */
    public Persister of(Persister persister) {
        return watched(Persister.class, persister);
    }

    private <T> T watched(Class<T> type, T target) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().equals("attach")) {
                        arguments[0] = held((DataSet) arguments[0]);
                    }
                    try {
                        Object result = method.invoke(target, arguments);
                        return method.getName().equals("follower") && result != null
                                ? watched(DataSetFollower.class, (DataSetFollower) result)
                                : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    /** Returns a provider of persisters with snapshots that can be held. */
    public PersisterProvider of(PersisterProvider provider) {
        return new PersisterProvider() {
            @Override
            public String name() {
                return provider.name();
            }

            @Override
            public String description() {
                return provider.description();
            }

            @Override
            public List<PersisterSetting> settings() {
                return provider.settings();
            }

            @Override
            public Persister create(PersisterConfig config) {
                return of(provider.create(config));
            }
        };
    }

    /** Returns a data set with snapshots that can be held. */
    public DataSet held(DataSet of) {
        return (LongConsumer atCut) -> new Held(of.cut(atCut));
    }

    /** Lets nothing more be shown from now on. */
    public synchronized void hold() {
        isHeld = true;
    }

    /** Lets everything be shown again. */
    public synchronized void goOn() {
        isHeld = false;
        notifyAll();
    }

    /** Returns whether a thread waits to show a piece. */
    public synchronized boolean isWaiting() {
        return waiting > 0;
    }

    private synchronized void await() {
        waiting++;
        boolean isInterrupted = false;
        while (isHeld) {
            try {
                wait();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        waiting--;
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Held implements Snapshot {
        private final Snapshot of;

        Held(Snapshot of) {
            this.of = of;
        }

        @Override
        public long lsn() {
            return of.lsn();
        }

        @Override
        public long keyCount(int database) {
            return of.keyCount(database);
        }

        @Override
        public long deadlineCount(int database) {
            return of.deadlineCount(database);
        }

        @Override
        public boolean advance(SnapshotVisitor visitor) {
            await();
            return of.advance(visitor);
        }

        @Override
        public void close() {
            of.close();
        }
    }
}
