/** Tests of the promises on whole processes, over the hand-checkable models. */
package io.tiergate.it;
