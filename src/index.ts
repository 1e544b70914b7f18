/** Pathloom as a library: everything a user may import, and nothing else. */
export {};
