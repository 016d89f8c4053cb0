/** Why nobody is signed in. Which of these it was may be told to the person; more than that is for the log. */
export type SignInFault =
  /** The answer of the provider belongs to no sign-in that this browser has begun, or not any more. */
  | 'stale'
  /** The provider did not sign the person in, such as because he has changed his mind. */
  | 'denied'
  /** What the provider has answered is not to be believed. */
  | 'untrusted'
  /** The person is known, but the claims are not those that are configured. */
  | 'claims'
  /** The person is known, and has no role here. */
  | 'no-role';

/** The sign-in is refused. The message is for the log: it holds neither tokens nor claims. */
export class SignInRefused extends Error {
  override readonly name = 'SignInRefused';

  constructor(
    readonly fault: SignInFault,
    message: string,
  ) {
    super(message);
  }
}

/** The provider does not answer, or not as OpenID Connect says: nobody can sign in now. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable';
}
