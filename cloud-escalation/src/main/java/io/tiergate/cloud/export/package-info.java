/**
 * Labels as files: what was decided of which sample and by whom, as CSV, Parquet or tasks of Label Studio, and labels back from Label
 * Studio.
 *
 * <p>Rows are written one after the other, so that memory does not grow with their number. Everything here blocks its caller for writing.
 */
package io.tiergate.cloud.export;
