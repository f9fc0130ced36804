import CLinux
import Glibc

/// Runs something on a stack of its own, which is given back afterwards.
///
/// Setting a rack up copies whole tables on the stack, 1.8 MB together. On main's own stack those pages
/// would stay for good, and be locked.
public enum SpareStack {
  private static let bytes = 8 << 20

  /// Runs `body` on another thread, whose stack ends with it, and waits.
  public static func run<T>(_ body: @escaping () throws -> T) throws -> T {
    // Before the first further thread takes a heap of its own.
    _ = rack_single_heap()
    let memory = unsafe mmap(
      nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0)
    guard let memory = unsafe memory, unsafe memory != MAP_FAILED else { return try body() }
    defer { unsafe munmap(memory, bytes) }
    var result: Result<T, any Error>?
    let work = unsafe Unmanaged.passRetained(StackWork { result = Result(catching: body) })
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    unsafe pthread_attr_setstack(&attributes, memory, bytes)
    defer { unsafe pthread_attr_destroy(&attributes) }
    var handle = pthread_t()
    if unsafe pthread_create(&handle, &attributes, runWork, work.toOpaque()) == 0 {
      pthread_join(handle, nil)
    } else {
      unsafe work.takeRetainedValue().body()
    }
    guard let result else { preconditionFailure("the body has not run") }
    return try result.get()
  }
}

/// What the thread is given.
private final class StackWork {
  let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }
}

/// At file scope, so that it belongs to no actor.
private func runWork(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument = unsafe argument else { return nil }
  unsafe Unmanaged<StackWork>.fromOpaque(argument).takeRetainedValue().body()
  return nil
}
