import ArgumentParser
struct Watch: ParsableCommand {}
struct Cells: ParsableCommand {}
