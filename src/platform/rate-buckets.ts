/** Token buckets that the nodes on one database have in common. Each holds what comes in a second, and is full at the beginning. */
export interface RateBuckets {
  /** Takes up to `wanted` tokens out of the bucket that `perSecond` fills; answers how many there were. */
  take(name: string, perSecond: number, wanted: number): Promise<number>;
}
