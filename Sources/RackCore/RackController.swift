/// The controller of one rack: frames, lines, time and a command in; outputs and events out.
///
/// It lives in a `Boxed`. `step` never throws, never traps on data, never allocates, never looks at a
/// clock; the same inputs give the same decisions on every machine.
public struct RackController: ~Copyable, ZeroInitializable {
  /// The plan in force.
  public var plan: Plan
  /// What is remembered.
  public var state: RackState
  /// Digest of the plan in force.
  public var planDigest: UInt64

  /// Takes over a plan and what outlived the last run. Everything else starts at zero: open, unknown.
  public mutating func configure(plan other: borrowing Plan, restored: borrowing Restored) {
    plan.assign(from: other)
    var digest = Digest()
    plan.transfer(&digest)
    planDigest = digest.value
    restore(restored)
  }
}
