/** Tests of certificates and keys in files. */
package io.nvmredis.certificates;
