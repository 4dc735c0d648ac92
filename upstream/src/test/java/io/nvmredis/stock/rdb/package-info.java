/** Tests of RDB files and of the persister that keeps a data set in one. */
package io.nvmredis.stock.rdb;
