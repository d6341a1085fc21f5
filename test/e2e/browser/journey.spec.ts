// The journey in a browser on the twin.
import { test } from 'playwright/test';
import { tellJourney } from '../support/journey.ts';
import { browserPath, startBrowser } from '../support/shell.ts';

test.skip(browserPath === '', 'no Chromium on this machine');
tellJourney(startBrowser);
