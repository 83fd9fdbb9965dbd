import assert from 'node:assert/strict'
import { ManagedIdentityApplication } from '@azure/msal-node'

/** MSAL finds out once in a process where it is, and keeps tokens for all of it: after this the process is a new one to it. */
export function forgetIdentity(): void {
  const application = ManagedIdentityApplication as unknown as { nodeStorage: unknown }
  const { managedIdentityClient: client } = new ManagedIdentityApplication() as unknown as {
    readonly managedIdentityClient: {
      readonly constructor: { readonly name: string; identitySource: unknown; sourceName: unknown }
    }
  }
  assert.equal(client.constructor.name, 'ManagedIdentityClient')
  application.nodeStorage = undefined
  client.constructor.identitySource = undefined
  client.constructor.sourceName = undefined
}
