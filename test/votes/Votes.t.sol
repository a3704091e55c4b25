// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {CorexToken} from "../../contracts/token/CorexToken.sol";
import {VoteSource} from "../../contracts/votes/IVotingPower.sol";
import {VotingPower} from "../../contracts/votes/VotingPower.sol";
import {Handler} from "../support/Handler.sol";
import {vm} from "../support/Vm.sol";

/// @dev Drives the ledger of votes: this contract is pool, vault and ledger of contributions; five people hold, stake, delegate.
contract VotesHandler is Handler {
    uint256 public constant PEOPLE = 5;

    VotingPower public immutable votes = new VotingPower();
    CorexToken public immutable token;

    // Ghosts.
    mapping(address account => uint256 units) public stakeOf;
    mapping(address account => uint256 units) public contributionOf;
    uint256 public totalStake;
    uint256 public totalContribution;
    /// @dev A second of the past, and what was true then.
    uint256 public moment;
    uint256 public pastTotal;
    uint256 public pastDelegated;
    mapping(address account => uint256 votes) public pastVotes;

    constructor() {
        token = new CorexToken(address(this), votes);
        address[] memory excluded = new address[](1);
        excluded[0] = address(this);
        votes.seal(address(token), address(this), address(this), excluded);
    }

    function warp(uint256 secondsAhead) external onTime {
        clock += bound(secondsAhead, 1, 30 days);
        vm.warp(clock);
    }

    function remember() external onTime {
        moment = clock;
        pastTotal = votes.totalSupply();
        pastDelegated = votes.totalDelegated();
        for (uint256 i = 0; i < PEOPLE; ++i) pastVotes[person(i)] = votes.getVotes(person(i));
        clock += 1;
        vm.warp(clock);
    }

    function earn(uint256 to, uint256 amount) external onTime {
        token.transfer(person(to), bound(amount, 0, 1_000_000e18 < _left() ? 1_000_000e18 : _left()));
    }

    function transfer(uint256 from, uint256 to, uint256 amount) external onTime {
        amount = bound(amount, 0, token.balanceOf(person(from)));
        vm.prank(person(from));
        token.transfer(person(to), amount);
    }

    function burn(uint256 from, uint256 amount) external onTime {
        amount = bound(amount, 0, token.balanceOf(person(from)));
        vm.prank(person(from));
        token.burn(amount);
    }

    function stake(uint256 who, uint256 units) external onTime {
        address account = person(who);
        units = bound(units, 0, 400_000_000e18 / PEOPLE);
        votes.stakeChanged(account, stakeOf[account], units);
        totalStake = totalStake - stakeOf[account] + units;
        stakeOf[account] = units;
    }

    function contribute(uint256 who, uint256 units) external onTime {
        address account = person(who);
        uint256 old = contributionOf[account];
        uint256 accepted = votes.contributionChanged(account, old, bound(units, 0, 10_000_000e18));
        totalContribution = totalContribution - old + accepted;
        contributionOf[account] = accepted;
        bool within = accepted <= old || totalContribution * 10_000 <= votes.totalSupply() * 1_500;
        require(within, "INV-VOT-4");
    }

    function delegate(uint256 who, uint256 to) external onTime {
        vm.prank(person(who));
        votes.delegate(to % 3 == 0 ? address(0) : person(to));
    }

    function forge(address stranger, uint256 units) external onTime {
        if (stranger == address(this) || stranger == address(token)) return;
        mustFail(stranger, address(votes), abi.encodeCall(votes.tokenMoved, (address(0), stranger, units)));
        mustFail(stranger, address(votes), abi.encodeCall(votes.stakeChanged, (stranger, 0, units)));
        mustFail(stranger, address(votes), abi.encodeCall(votes.contributionChanged, (stranger, 0, units)));
        address[] memory none = new address[](0);
        mustFail(stranger, address(votes), abi.encodeCall(votes.seal, (stranger, stranger, stranger, none)));
        mustFail(address(this), address(votes), abi.encodeCall(votes.delegate, (stranger)));
    }

    function person(uint256 seed) public pure returns (address) {
        return address(uint160(0xbeef0000 + (seed % PEOPLE)));
    }

    function _left() private view returns (uint256) {
        return token.balanceOf(address(this));
    }
}

contract VotesInvariants {
    VotesHandler private _handler;
    VotingPower private _votes;

    function setUp() public {
        _handler = new VotesHandler();
        _votes = _handler.votes();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev Own units are what each source says; the pool has none.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_VOT_1() public view {
        for (uint256 i = 0; i < _handler.PEOPLE(); ++i) {
            address account = _handler.person(i);
            uint256 units =
                _handler.token().balanceOf(account) + _handler.stakeOf(account) + _handler.contributionOf(account);
            require(_votes.balanceOf(account) == units, "INV-VOT-1");
        }
        require(_votes.balanceOf(address(_handler)) == 0, "INV-VOT-1: pool");
    }

    /// @dev The total is the sum of own units, and of the sources (G5).
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_VOT_2() public view {
        uint256 sum = 0;
        for (uint256 i = 0; i < _handler.PEOPLE(); ++i) sum += _votes.balanceOf(_handler.person(i));
        require(sum == _votes.totalSupply(), "INV-VOT-2: units");
        require(_votes.totalOf(VoteSource.Stake) == _handler.totalStake(), "INV-VOT-2: stake");
        require(_votes.totalOf(VoteSource.Contribution) == _handler.totalContribution(), "INV-VOT-2: contribution");
        uint256 held = _handler.token().totalSupply() - _handler.token().balanceOf(address(_handler));
        require(_votes.totalOf(VoteSource.Token) == held, "INV-VOT-2: CXT");
    }

    /// @dev Votes of all delegates are what is delegated, at most all units (G4).
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_VOT_3() public view {
        uint256 sum = 0;
        for (uint256 i = 0; i < _handler.PEOPLE(); ++i) sum += _votes.getVotes(_handler.person(i));
        require(sum == _votes.totalDelegated() && sum <= _votes.totalSupply(), "INV-VOT-3");
    }

    /// @dev What was true at a past second stays true of it, and its votes are at most its total (G2).
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_VOT_5() public view {
        uint256 moment = _handler.moment();
        if (moment == 0) return;
        require(_votes.getPastTotalSupply(moment) == _handler.pastTotal(), "INV-VOT-5: total");
        require(_votes.getPastTotalDelegated(moment) == _handler.pastDelegated(), "INV-VOT-5: delegated");
        uint256 sum = 0;
        for (uint256 i = 0; i < _handler.PEOPLE(); ++i) {
            address account = _handler.person(i);
            uint256 past = _votes.getPastVotes(account, moment);
            require(past == _handler.pastVotes(account), "INV-VOT-5: votes");
            sum += past;
        }
        require(sum <= _handler.pastTotal(), "INV-VOT-5: sum");
    }
}
