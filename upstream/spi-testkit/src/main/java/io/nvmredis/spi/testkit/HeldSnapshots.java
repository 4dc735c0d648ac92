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

/** Has whoever shows a snapshot to a persister wait before each piece, from when it is told to until it is told to go on. */
public final class HeldSnapshots {
    /** Guarded by the monitor. */
    private boolean isHeld;

    private int waiting;

    /** This persister, with snapshots that can be held. */
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

    /** What makes such persisters. */
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

    /** This data set, with snapshots that can be held. */
    public DataSet held(DataSet of) {
        return (LongConsumer atCut) -> new Held(of.cut(atCut));
    }

    /** From now on nothing more is shown. */
    public synchronized void hold() {
        isHeld = true;
    }

    /** Everything is shown. */
    public synchronized void goOn() {
        isHeld = false;
        notifyAll();
    }

    /** Whether somebody waits who would show more. */
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
