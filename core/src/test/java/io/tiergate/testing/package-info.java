/** What the tests of every module share: the hand-checkable models, and how to get at them. */
package io.tiergate.testing;
