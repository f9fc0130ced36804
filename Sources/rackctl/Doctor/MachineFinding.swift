/// One thing about a machine: what was looked at, what is so, and what to do.
struct MachineFinding: Encodable, Equatable {
  /// How much it matters to a rack.
  enum Grade: String, Encodable {
    /// As it should be.
    case good
    /// The rack runs, a little worse.
    case advice
    /// The rack must not run like this, or cannot.
    case bad
    /// Could not be found out.
    case unknown
  }

  /// What was looked at.
  var subject: String
  var grade: Grade
  /// What is so.
  var fact: String
  /// What to do; empty where nothing.
  var fix: String

  init(_ subject: String, _ grade: Grade, _ fact: String, fix: String = "") {
    self.subject = subject
    self.grade = grade
    self.fact = fact
    self.fix = fix
  }

  /// Good where `isGood`; else of `grade`, with a fix.
  init(
    _ subject: String, _ isGood: Bool, _ fact: String, else grade: Grade = .advice, fix: String
  ) {
    self.init(subject, isGood ? .good : grade, fact, fix: isGood ? "" : fix)
  }
}
