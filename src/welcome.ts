import type { Config } from './platform/config.js';

/** What a new user at a terminal is told when the server is ready: where it is, and three things to try that work when pasted. */
export function welcome(url: string, config: Pick<Config, 'apiKey' | 'nodeEnv' | 'oidc'>): string {
  const needsKey = config.apiKey !== undefined || config.oidc !== undefined;
  const key = needsKey ? ` -H "Authorization: Bearer $THROUGHLINE_API_KEY"` : '';
  const page = config.oidc === undefined ? `${url}/` : `${config.oidc.publicOrigin}/`;
  const json = `${key} -H 'Content-Type: application/json'`;
  const onboard =
    '{"bpmnProcessId":"customer-onboarding","businessKey":"A-1000","variables":' + applicant + '}';
  return `
Throughline is ready: ${url}

Open ${page} in a browser to see what runs. The interface is described at ${url}/openapi.json

Three things to try in another terminal:

  1. Start a customer's onboarding as the mobile app would:
     curl -s ${url}/v1/process-instances${json} \\
       -d '${onboard}'

  2. See where it stands:
     curl -s ${url}/v1/process-instances/search${json} -d '{"filter":{"businessKey":"A-1000"}}'

  3. Hand in the documents that it waits for:
     curl -s ${url}/v1/messages${json} \\
       -d '{"name":"identity-documents-received","correlationKey":"A-1000","timeToLiveMs":60000,"variables":{"documents":["passport"]}}'

`;
}

const applicant =
  '{"applicationId":"A-1000","channel":"mobile","applicant":{"name":"Ada Example","email":"ada@example.com"}}';
