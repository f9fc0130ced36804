#if !hasFeature(Embedded)
  /// Owns one large value on the heap, made of zeroed bytes and never moved.
  ///
  /// The controller and its plan are too large for a thread's stack, and copying them is never
  /// wanted. Every type put in here promises that its all-zero bit pattern is a valid value; that is
  /// the value it starts with. It is filled in place through `value`.
  @safe
  public struct Boxed<Value: ~Copyable & ZeroInitializable>: ~Copyable {
    @usableFromInline let pointer: UnsafeMutablePointer<Value>

    /// Allocates and zeroes the storage.
    public init() {
      let size = max(MemoryLayout<Value>.stride, 1)
      let raw = UnsafeMutableRawPointer.allocate(
        byteCount: size, alignment: MemoryLayout<Value>.alignment)
      unsafe raw.initializeMemory(as: UInt8.self, repeating: 0, count: size)
      unsafe pointer = raw.assumingMemoryBound(to: Value.self)
    }

    deinit {
      unsafe pointer.deinitialize(count: 1)
      unsafe pointer.deallocate()
    }

    /// The value, read and changed in place.
    @inlinable public var value: Value {
      _read { yield unsafe pointer.pointee }
      _modify { yield unsafe &pointer.pointee }
    }
  }
#endif

/// A type whose all-zero bytes are a valid, safe value: open, unknown, not seen.
public protocol ZeroInitializable: ~Copyable {}
