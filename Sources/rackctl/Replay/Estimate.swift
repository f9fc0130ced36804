import ArgumentParser
struct Estimate: ParsableCommand {}
