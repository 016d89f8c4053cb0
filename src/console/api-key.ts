const storageKey = 'throughline-api-key';

/** The key that the user has given, for as long as the browser tab is open. */
export function apiKey(): string | undefined {
  return sessionStorage.getItem(storageKey) ?? undefined;
}

export function rememberApiKey(key: string): void {
  sessionStorage.setItem(storageKey, key);
}

export function forgetApiKey(): void {
  sessionStorage.removeItem(storageKey);
}
