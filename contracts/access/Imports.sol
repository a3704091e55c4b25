// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

// The one authority of the suite, compiled from the library unchanged so that deployment has its artifact.
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
