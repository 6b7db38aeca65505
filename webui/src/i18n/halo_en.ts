// English, of HaloPSA's side: its connection, the setup guide, the agent and what watches over all of it.
export const haloEn = {
  haloStates: {
    unconfigured: 'Not set up', unknown: 'Not tried yet', ok: 'Working', failing: 'Not working',
  },
  haloTestSteps: { discovery: 'Address', token: 'Credentials', call: 'Who we are' },
  halo: {
    title: 'HaloPSA', intro: 'How the relay reaches HaloPSA’s API, and what it may do there.',
    connection: 'Connection', address: 'Address',
    where: 'Configuration > Integrations > HaloPSA API > View Applications > Mizo Agent',
    addressHint: 'Such as https://company.halopsa.com, without anything behind it.',
    secretsGo: 'Another address clears the secrets below: enter them again.',
    saveAndTest: 'Save and test', test: 'Test the connection', testing: 'Testing each step…',
    testOk: 'HaloPSA answers, and knows the relay', testFailed: 'A step failed',
    state: 'State', unconfigured: 'HaloPSA is not set up yet',
    unconfiguredNext: 'Enter its address, the client ID and the client secret, then “Save and test”.',
    held: (time: string) => `HaloPSA asks to wait: no call for another ${time}`,
    token: 'Token', noToken: 'none yet', until: 'valid until', version: 'Version',
    callsLeft: 'Calls left', ofCalls: (left: string, limit: string) => `${left} of ${limit} in 5 minutes`,
    permissions: 'Permissions', permissionsOpen: 'HaloPSA has not been asked yet.',
    permissionsAll: 'HaloPSA grants what the guide asks for.',
    permissionsRefused:
      'HaloPSA refuses some. All else works; the guide says which steps this concerns.',
    grants: { granted: 'granted', refused: 'refused', open: 'not known' },
    calls: 'Calls', noCalls: 'No calls', at: 'When', purpose: 'For', allPurposes: 'Everything', call: 'Call',
    noCallsNext: 'Each call of HaloPSA’s API is written down here, with what became of it.',
    answer: 'Answer', noAnswer: 'none', took: 'Took', waited: 'Waited',
    purposes: {
      agent: 'Agent', tab: 'Ticket tab', test_ticket: 'Test ticket', check: 'Setup guide', alert: 'Alert',
      reconcile: 'Reading back', poll: 'Polling',
    },
  },
};
