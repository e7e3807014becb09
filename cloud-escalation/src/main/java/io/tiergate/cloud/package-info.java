/**
 * The cloud service itself: its configuration, the order in which its parts start, and how it says that it is ready.
 *
 * <p>Starting runs on a worker thread; nothing here is on the path of a record.
 */
package io.tiergate.cloud;
