import ArgumentParser
struct Replay: ParsableCommand {}
