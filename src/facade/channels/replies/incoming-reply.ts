/** What somebody has written, whatever it came by. */
export interface IncomingReply {
  /** By which the provider knows it: the `Message-ID`, the `MessageSid`. */
  readonly messageId: string;
  /** As it was given, for people. */
  readonly from: string;
  /** The forms in which a journey may hold the sender's address or number; the first is the usual one. */
  readonly senders: readonly string[];
  readonly subject?: string;
  readonly text: string;
  readonly attachments: readonly ReplyAttachment[];
}

/** What is kept of an attachment; its content stays with the provider. */
export interface ReplyAttachment {
  readonly name: string;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
}

/** Longer ones are cut off where they become variables. */
export const replyLimits = {
  fromLength: 320,
  subjectLength: 1_000,
  textLength: 100_000,
  attachments: 100,
  nameLength: 255,
} as const;
