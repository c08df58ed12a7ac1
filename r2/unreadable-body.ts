// A body that cannot be read however often it is tried: altered bytes, another key, a broken gzip, a reader that fails on it. Its
// message is shown to people, so it is made of our own words only.

export class UnreadableBody extends Error {
  override name = "UnreadableBody";
}
