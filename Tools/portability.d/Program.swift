#if !hasFeature(Embedded)
  import Glibc
  import RackCore

  /// The self-test as a program of the host, with the core as this build made it.
  ///
  ///     selftest IMAGE TICKS
  @main struct Program {
    static func main() {
      guard CommandLine.arguments.count == 3, let ticks = Int(CommandLine.arguments[2]),
        let image = bytes(ofFile: CommandLine.arguments[1])
      else {
        print("usage: selftest IMAGE TICKS")
        exit(64)
      }
      var test = Boxed<SelfTest>()
      let isWhole = unsafe image.withUnsafeBytes { bytes in
        unsafe test.value.begin(image: bytes)
      }
      guard isWhole else {
        print("the plan image is not whole")
        exit(65)
      }
      for _ in 0..<ticks {
        test.value.prepare()
        test.value.step()
        test.value.judge()
      }
      let digest = String(test.value.finish(), radix: 16)
      let counts = test.value.counts
      print("steps \(counts.steps)\nframes \(counts.frames)\nsent \(counts.sent)")
      print("events \(counts.events)\nclosed \(counts.closed)\nfaults \(counts.faults)")
      print("digest \(String(repeating: "0", count: 16 - digest.count))\(digest)")
    }

    /// A file, whole; nothing where it cannot be read.
    private static func bytes(ofFile path: String) -> [UInt8]? {
      guard let file = unsafe fopen(path, "rb") else { return nil }
      defer { unsafe fclose(file) }
      var bytes = [UInt8](repeating: 0, count: 1 << 20)
      let count = unsafe fread(&bytes, 1, bytes.count, file)
      return count < bytes.count ? Array(bytes[..<count]) : nil
    }
  }
#endif
