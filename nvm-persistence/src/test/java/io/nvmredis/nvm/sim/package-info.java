/**
 * Persistent memory that can lose power: a directory with a live and a durable image of every file, and the images that
 * a power cut could leave. One thread.
 */
package io.nvmredis.nvm.sim;
