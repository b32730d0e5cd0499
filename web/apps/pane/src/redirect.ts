/** Where a sign-in comes back to that was begun in a window of its own. */
export {};
