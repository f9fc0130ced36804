import CLinux
import Glibc
import RackCore

/// Who is at the other end of a Unix socket, as the kernel vouches for it.
struct Peer {
  let user: UInt32
  let role: OperatorRole

  /// Root and the user that `rackd` runs as have every right; members of the group `pharos` operate;
  /// everybody else looks.
  init?(of descriptor: Int32) {
    var process: Int32 = 0
    var user: UInt32 = 0
    var group: UInt32 = 0
    guard unsafe rack_peer(descriptor, &process, &user, &group) == 0 else { return nil }
    self.user = user
    if user == 0 || user == geteuid() {
      role = .service
      return
    }
    var groups = [UInt32](repeating: 0, count: 256)
    let room = UInt32(groups.count)
    let count = unsafe groups.withUnsafeMutableBufferPointer { buffer in
      unsafe rack_peer_groups(descriptor, buffer.baseAddress, room)
    }
    let all = [group] + groups.prefix(max(0, Int(count)))
    role = Peer.operatorGroup().map(all.contains) == true ? .operator_ : .viewer
  }

  /// The number of the group `pharos`, where there is one.
  static func operatorGroup() -> UInt32? {
    var entry = unsafe group()
    var found: UnsafeMutablePointer<group>?
    var buffer = [CChar](repeating: 0, count: 16384)
    let count = buffer.count
    let code = unsafe buffer.withUnsafeMutableBufferPointer { room in
      unsafe getgrnam_r("pharos", &entry, room.baseAddress, count, &found)
    }
    guard code == 0, unsafe found != nil else { return nil }
    return unsafe entry.gr_gid
  }
}
