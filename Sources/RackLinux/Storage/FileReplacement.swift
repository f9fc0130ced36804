import Glibc

/// Files that are replaced whole: written beside, made durable, renamed.
enum FileReplacement {
  /// Writes `bytes` to `path`; a reader sees the old file or the new one.
  static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o644) throws(SystemError) {
    let temporary = path + ".new"
    let file = try Descriptor(
      path: temporary, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: mode,
      advice: "the directory must exist and be writable")
    try DescriptorIO.writeAll(file.number, bytes, subject: temporary)
    let number = file.number
    try SystemCall.sync.perform(on: temporary) { Int(fdatasync(number)) }
    try SystemCall.rename.perform(on: path) { Int(unsafe Glibc.rename(temporary, path)) }
    try syncDirectory(of: path)
  }

  /// Makes the names in the directory of `path` durable: a new file outlives a loss of power only
  /// when its entry was written too.
  static func syncDirectory(of path: String) throws(SystemError) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let directory = parts.isEmpty ? "." : parts.joined(separator: "/")
    let file = try Descriptor(
      path: directory.isEmpty ? "/" : directory, flags: O_RDONLY | O_DIRECTORY)
    let number = file.number
    try SystemCall.sync.perform(on: directory) { Int(fsync(number)) }
  }

  /// Makes a directory with all above it, where it is not there.
  static func makeDirectory(_ path: String, mode: mode_t = 0o755) throws(SystemError) {
    var prefix = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      prefix += "/" + part
      let result = SystemCall.directory.attempt { Int(unsafe Glibc.mkdir(prefix, mode)) }
      if result < 0, result != -Int(EEXIST) {
        throw SystemError(
          call: .directory, code: Int32(-result), subject: prefix,
          advice: "make it and give it to the user of this program")
      }
    }
  }

  /// Names in a directory; empty where it cannot be read.
  static func names(in path: String) -> [String] {
    guard let directory = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
