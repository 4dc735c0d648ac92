package io.nvmredis.nvm.pmem;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks the classes that may call {@code MappedByteBuffer.force}; the build refuses the call in all others. */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
@interface FlushesMemory {}
