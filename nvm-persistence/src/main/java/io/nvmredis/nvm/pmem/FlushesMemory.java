package io.nvmredis.nvm.pmem;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks the classes that may call {@code MappedByteBuffer.force}; the build refuses it everywhere else. */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
@interface FlushesMemory {}
