// Deletes a whole folder of the archive. It may be called again after it broke off.

/** R2 lists and deletes a thousand objects at a time. false when `isOver` said so before all were gone. */
export async function deletePrefix(bucket: R2Bucket, prefix: string, isOver: () => boolean): Promise<boolean> {
  for (;;) {
    const { objects } = await bucket.list({ prefix });
    if (objects.length === 0) return true;
    if (isOver()) return false;
    await bucket.delete(objects.map(({ key }) => key));
  }
}
