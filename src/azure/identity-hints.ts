/** What MSAL and @azure/identity say of a managed identity, by their codes and words, and what helps. */
const IDENTITY_HINTS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [
    /\bunable_to_read_secret_file\b/,
    'on a server of Azure Arc the account that runs hunt must be able to read the keys of the agent: on Linux those under /var/opt/azcmagent/tokens, on Windows those under %ProgramData%\\AzureConnectedMachineAgent\\Tokens',
  ],
  [
    /\binvalid_file_path\b/,
    'the agent of Azure Arc names a key outside of its own folder: IDENTITY_ENDPOINT must be that of the agent of this machine',
  ],
  [
    /\buser_assigned_managed_identity_not_confirmed\b/,
    'the agent of Azure Arc on this server does not know user-assigned identities: update it, or take managedIdentity and AZURE_CLIENT_ID away to use that of the server',
  ],
  [
    /not supported for CloudShell|Service Fabric/i,
    'here the identity cannot be chosen: take managedIdentity and AZURE_CLIENT_ID away',
  ],
]

/** What to do about a managed identity that gives no token, where its words tell; undefined where they do not. */
export function identityHint(reason: string): string | undefined {
  return IDENTITY_HINTS.find(([pattern]) => pattern.test(reason))?.[1]
}
