public import RackCore

/// The compiled plan as a file: what `rackctl profile compile` writes and `rackd` reads.
///
/// ```
/// 0   magic "PHPLAN\r\n"      8   Plan.layoutVersion (u32)   12  length of the body (u32)
/// 16  CRC-32 of the body      20  zero (u32)                 24  digest of the plan (u64)
/// 32  the body: Plan.transfer, least significant byte first
/// ```
///
/// The line end in the magic shows a transfer that changed bytes. The digest is computed again from
/// what was read, so a value that this build does not know is noticed too.
public enum PlanImage {
  /// "PHPLAN\r\n", least significant byte first.
  private static let magic: UInt64 = 0x0a0d_4e41_4c50_4850
  private static let headerLength = 32

  /// The image of a plan. The plan is only read; `inout` is how its fields are walked.
  public static func bytes(of plan: inout Plan) -> [UInt8] {
    var body = ByteWriter(reserving: 1 << 18)
    plan.transfer(&body)
    var header = Header()
    header.length = UInt32(truncatingIfNeeded: body.bytes.count)
    header.checksum = Checksum32.of(body.bytes)
    header.digest = digest(of: &plan)
    var writer = ByteWriter()
    header.transfer(&writer)
    return writer.bytes + body.bytes
  }

  /// Writes the image of a plan to a file, whole or not at all.
  public static func write(_ plan: inout Plan, to path: String) throws(SystemError) {
    try FileReplacement.write(bytes(of: &plan), to: path)
  }

  /// Reads the image file at `path` into `plan`; its digest.
  @discardableResult
  public static func read(path: String, into plan: inout Plan) throws -> UInt64 {
    let bytes: [UInt8]
    do {
      bytes = try DescriptorIO.readFile(path)
    } catch {
      throw EdgeError(.noInput, error.description)
    }
    return try read(bytes, from: path, into: &plan)
  }

  /// Reads an image into `plan`; its digest. After an error `plan` is not to be used.
  ///
  /// - Parameter source: what the bytes came from, for messages.
  @discardableResult
  public static func read(
    _ bytes: [UInt8], from source: String, into plan: inout Plan
  ) throws(EdgeError) -> UInt64 {
    func refusal(_ kind: EdgeError.Kind, _ text: String) -> EdgeError {
      EdgeError(kind, "\(source): \(text)")
    }
    var header = Header()
    var reader = ByteReader(bytes)
    header.transfer(&reader)
    guard !reader.isShort, header.magic == magic else {
      throw refusal(.badData, "this is no plan image: make one with 'rackctl profile compile'")
    }
    guard header.layout == Plan.layoutVersion else {
      throw refusal(
        .configuration,
        "plan image of layout \(header.layout), this program reads \(Plan.layoutVersion): compile "
          + "the profile again with the rackctl of this version")
    }
    guard bytes.count == headerLength + Int(header.length) else {
      throw refusal(
        .badData,
        "plan image has \(bytes.count) bytes, its header says "
          + "\(headerLength + Int(header.length)): it was cut or something was added")
    }
    guard Checksum32.of(bytes[headerLength...]) == header.checksum else {
      throw refusal(.badData, "plan image is damaged (its checksum does not fit): compile it again")
    }
    plan.transfer(&reader)
    guard reader.isExactlyRead, isWithinCapacity(plan), digest(of: &plan) == header.digest else {
      throw refusal(
        .badData,
        "plan image is not what this program would write: compile it again with the "
          + "rackctl of this version")
    }
    return header.digest
  }

  /// The digest that names a plan everywhere.
  public static func digest(of plan: inout Plan) -> UInt64 {
    var digest = Digest()
    plan.transfer(&digest)
    return digest.value
  }

  /// Counts beyond the fixed arrays would be read as if they fitted.
  private static func isWithinCapacity(_ plan: borrowing Plan) -> Bool {
    plan.topology.cellCount <= 512 && plan.topology.moduleCount <= 32
      && plan.topology.sensorCount <= 512 && plan.buses.busCount <= 4
      && plan.buses.messageCount <= 256 && plan.buses.signalCount <= 4096
      && plan.buses.transmitCount <= 64 && plan.buses.transmitSignalCount <= 256
      && plan.lines.inputCount <= 32 && plan.timing.tick > Interval()
  }

  private struct Header: Archivable {
    var magic = PlanImage.magic
    var layout = Plan.layoutVersion
    var length: UInt32 = 0
    var checksum: UInt32 = 0
    var zero: UInt32 = 0
    var digest: UInt64 = 0

    mutating func transfer<A: Archive>(_ archive: inout A) {
      archive.transfer(&magic)
      archive.transfer(&layout)
      archive.transfer(&length)
      archive.transfer(&checksum)
      archive.transfer(&zero)
      archive.transfer(&digest)
    }
  }
}
