/** Tests of the RDB format, and the data sets that tests of persisters save and load. */
package io.nvmredis.rdb;
