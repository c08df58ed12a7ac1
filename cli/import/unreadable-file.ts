// A file that cannot be read any further, with the reason for people. What was read of it before stands.

export class UnreadableFile extends Error {
  override readonly name = "UnreadableFile";
}
