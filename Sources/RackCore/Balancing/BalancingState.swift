/// What balancing remembers: an account of charge a cell.
public struct BalancingState: BitwiseCopyable, Sendable, Archivable {
  /// An operator has forbidden it.
  public var isForbidden: Bool
  /// Surplus of each cell over the emptiest room, in ampere-hours: what is still to be bled.
  public var surplus: PerCell<Float>
  /// No account is above this, Ah: they only fall until they are opened anew.
  public var mostSurplus: Float
  /// Cells that are being worked off, a bit a cell of a module.
  public var chosen: PerModule<UInt64>
  /// Cells that bleed now, a bit a cell of a module; this is what modules are told.
  public var bleeding: PerModule<UInt64>
  /// When the accounts were renewed from the estimates last; zero for never.
  public var renewedAt: Instant
  /// When they were last worked off.
  public var bookedAt: Instant
  /// When anything bled last; zero for never.
  public var bledAt: Instant

  /// Whether any cell bleeds.
  public var isActive: Bool {
    for module in 0..<32 where bleeding[module] != 0 { return true }
    return false
  }

  /// Walks the fields.
  public mutating func transfer<A: Archive>(_ archive: inout A) {
    archive.transfer(&isForbidden)
    for cell in 0..<512 { archive.transfer(&surplus[cell]) }
    archive.transfer(&chosen)
    archive.transfer(&bleeding)
    archive.transfer(&renewedAt)
    archive.transfer(&bookedAt)
    archive.transfer(&bledAt)
    // Follows from them.
    mostSurplus = 0
    for cell in 0..<512 { mostSurplus = max(mostSurplus, surplus[cell]) }
  }
}
