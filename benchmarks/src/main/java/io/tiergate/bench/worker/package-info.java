/** How a process of the comparison is told what to measure: a JSON object a line in, one a line out. */
package io.tiergate.bench.worker;
